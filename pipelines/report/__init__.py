"""Render measured figures: CSV, the leader's page, the bulletin in HTML and Word, the workbook, the manifest."""
