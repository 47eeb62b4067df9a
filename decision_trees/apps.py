from django.apps import AppConfig


class DecisionTreesConfig(AppConfig):
    name = "decision_trees"
    verbose_name = "Decision trees"

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save
        from wagtail.models import PageLogEntry
        from wagtail.signals import page_published, page_unpublished, post_page_move

        from guidance.generation import watch
        from guidance.signals import cited_source_changed, page_access_changed

        from .models import LocalSetting, TreePage, TreeVersion
        from .signal_handlers import follow_the_log, index_tree, index_trees_among, record_published_version

        # The version must exist before anything is indexed from it: handlers run in the order they are connected.
        page_published.connect(record_published_version, sender=TreePage)
        for signal in (page_published, page_unpublished, post_page_move, post_delete):
            signal.connect(index_tree, sender=TreePage)
        post_save.connect(follow_the_log, sender=PageLogEntry)
        page_access_changed.connect(index_trees_among)
        cited_source_changed.connect(index_trees_among)
        watch(TreeVersion, LocalSetting)
