"""Reading tables of posts: what a file holds, how its columns become ours, what is refused."""
