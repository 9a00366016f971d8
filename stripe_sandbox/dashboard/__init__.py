"""The pretend Dashboard: French pages on which every scenario can be played by hand."""
