"""Calls of many: their media pass an SFU (Janus), to which only this server speaks."""
