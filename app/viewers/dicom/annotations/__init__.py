"""Measuring and marking on pictures: a layer the pane lets paint and take the mouse."""
