"""What every chart drawn here has in common: quiet ground, thin grid, legend above, thousands separated."""

from barline_gateway.reporting import palette

Json = dict[str, object]

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Inter, sans-serif"


def quiet_layout(height: int, *, bottom: int = 32) -> Json:
    """A Plotly layout without axes; `height` and the margin at the `bottom` in CSS pixels."""
    return {
        "height": height,
        "margin": {"l": 56, "r": 12, "t": 36, "b": bottom},
        "font": {"family": FONT, "size": 12, "color": palette.INK},
        "paper_bgcolor": palette.SURFACE,
        "plot_bgcolor": palette.SURFACE,
        "hoverlabel": {"bgcolor": palette.SURFACE, "bordercolor": palette.AXIS},
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.0,
            "yanchor": "bottom",
            "bgcolor": "rgba(0,0,0,0)",
        },
    }


def axis(title: str = "") -> Json:
    """A quiet axis: thin grid, thousands separated, room made for its own labels."""
    return {
        "title": {"text": title, "standoff": 8, "font": {"color": palette.MUTED}},
        "gridcolor": palette.GRID,
        "linecolor": palette.AXIS,
        "tickcolor": palette.AXIS,
        "tickfont": {"color": palette.MUTED},
        "zeroline": False,
        "automargin": True,
        "separatethousands": True,
    }
