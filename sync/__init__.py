"""Keep iMatchSkills in step with I-Trac."""
