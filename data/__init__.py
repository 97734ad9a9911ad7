"""The register: Object ID records, photographs, intake, exchange formats. Knows no model and no HTTP."""
