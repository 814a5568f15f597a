"""What is sent between tablet, server and shell."""
