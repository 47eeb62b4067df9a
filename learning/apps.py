from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = "Learning"

    def ready(self) -> None:
        from django.db.models.signals import post_delete
        from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

        from decision_trees.mentions import register_mentions

        from .mentions import steps_that_practise
        from .models import LearningPathPage
        from .signal_handlers import index_path, keep_published_step_ids

        register_mentions("learning", steps_that_practise)
        page_published.connect(keep_published_step_ids, sender=LearningPathPage)
        for signal in (page_published, page_unpublished, page_slug_changed, post_page_move, post_delete):
            signal.connect(index_path, sender=LearningPathPage)
