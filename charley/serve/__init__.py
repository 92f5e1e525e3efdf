"""For people in a browser and for others' software. Nothing about a patient is kept.

`create_app` makes one ASGI application of the surfaces: the pages (`web`), the JSON API (`api`), CDS Hooks
(`cds`), FHIR (`fhir`) and, where asked for, the tools of an assistant (`mcp`).
"""
