"""Large tables: Parquet files, one manifest, DuckDB or Spark."""
