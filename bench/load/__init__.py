"""What the group `pages` needs: people with a history, two servers of the same page, and sixteen clients."""
