"""What a person sees. Gradio lives here and in app.py, nowhere else."""
