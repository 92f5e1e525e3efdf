"""Tables in files: Parquet, Arrow and CSV, one or many, in and out."""
