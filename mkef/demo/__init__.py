"""The main job on one host: four programs, three readings, one capture."""
