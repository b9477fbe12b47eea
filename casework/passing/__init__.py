"""All that one officer has, passed on at once: looked over first, then each as if it were done singly."""
