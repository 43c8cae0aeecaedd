"""raw -> staging -> identity -> customer 360."""
