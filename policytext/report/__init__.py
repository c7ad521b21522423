"""Rows for people and programs: plain dictionaries, written as terminal table, CSV, XLSX or JSON lines."""
