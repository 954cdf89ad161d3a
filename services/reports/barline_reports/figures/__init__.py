"""The charts of a report, as Plotly specifications."""
