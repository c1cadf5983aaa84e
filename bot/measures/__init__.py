"""What `python -m bot.evaluate` can measure: one module for each shape of rows in `nlu_data/evaluation`."""
