"""Rows for people and programs, written as terminal table, CSV, XLSX or JSON lines; and the report as HTML, Word or Markdown."""
