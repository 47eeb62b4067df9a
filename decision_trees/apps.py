from django.apps import AppConfig


class DecisionTreesConfig(AppConfig):
    name = "decision_trees"
    verbose_name = "Decision trees"
