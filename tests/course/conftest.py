"""The sample class is data: pytest must not import it (one of its members loops for ever)."""

collect_ignore = ["sample_class"]
