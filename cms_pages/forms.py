from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm


class CampaignPageForm(WagtailAdminPageForm):
    """A draft may wait for its campaign; what is published by hand may not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "campaign" in self.fields:  # it is absent where the editor may only read
            self.fields["campaign"].required = True
