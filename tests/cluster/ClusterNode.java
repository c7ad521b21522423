import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node in a process of its own, so that a test can kill it: ClusterNode FOLDER CLUSTER NAME HTTP TRANSPORT SEEDS MANAGERS. */
public class ClusterNode {
    public static void main(final String[] given) throws Exception {
        final OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            settings.put("network.host", "127.0.0.1");
            settings.put("cluster.name", given[1]);
            settings.put("node.name", given[2]);
            settings.put("http.port", given[3]);
            settings.put("transport.port", given[4]);
            settings.putList("discovery.seed_hosts", given[5].split(","));
            settings.putList("cluster.initial_cluster_manager_nodes", given[6].split(","));
            // A disk that others fill is no matter of these tests.
            settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
            // A killed node is missed soon, and its shards are made again at once.
            settings.put("cluster.fault_detection.follower_check.interval", "500ms");
            settings.put("cluster.fault_detection.follower_check.timeout", "5s");
        }).build(OpenSearchRunner.newConfigs().basePath(given[0]).clusterName(given[1]).numOfNode(1).useLogger());
        // Whoever started this node holds the other end; with it the node goes.
        while (System.in.read() >= 0) {
        }
        System.exit(0);
    }
}
