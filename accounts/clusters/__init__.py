"""What can be said about clusters: how alike members are, which clusters overlap, who would make a new one."""
