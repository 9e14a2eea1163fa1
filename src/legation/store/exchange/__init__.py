"""What the desk exchanges with partners: who they are, what they may reach, what came and left."""
