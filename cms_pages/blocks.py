"""The pieces of which editors compose a story. One template each, in templates/cms_pages/blocks/."""

from wagtail.blocks import (
    CharBlock,
    ListBlock,
    RichTextBlock,
    StaticBlock,
    StreamBlock,
    StructBlock,
    TextBlock,
)
from wagtail.images.blocks import ImageChooserBlock


class PictureBlock(StructBlock):
    image = ImageChooserBlock(label="Image")
    alt = CharBlock(
        label="Ce que montre l’image",
        max_length=250,
        help_text="Une phrase pour qui ne voit pas l’image, sans commencer par « image de ».",
    )
    caption = CharBlock(label="Légende", required=False, max_length=250)
    credit = CharBlock(
        label="Crédit", required=False, max_length=120, help_text="L’auteur de la photo ou du dessin."
    )

    class Meta:
        icon = "image"
        label = "Image"
        template = "cms_pages/blocks/picture.html"


class QuoteBlock(StructBlock):
    text = TextBlock(
        label="Paroles", max_length=600, help_text="Sans guillemets : la page les met d’elle-même."
    )
    author = CharBlock(
        label="Qui parle",
        required=False,
        max_length=120,
        help_text="Un prénom suffit. Demandez l’accord de la personne.",
    )
    role = CharBlock(
        label="En quelle qualité",
        required=False,
        max_length=120,
        help_text="Par exemple : bénévole aux Aubiers.",
    )

    class Meta:
        icon = "openquote"
        label = "Témoignage"
        template = "cms_pages/blocks/quote.html"


class FigureBlock(StructBlock):
    number = CharBlock(label="Chiffre", max_length=20, help_text="Par exemple : 13 millions, ou 40 %.")
    text = CharBlock(label="Ce qu’il compte", max_length=140)

    class Meta:
        icon = "order"
        label = "Chiffre"


class FiguresBlock(StructBlock):
    title = CharBlock(label="Titre", required=False, max_length=120)
    figures = ListBlock(FigureBlock(), label="Chiffres", min_num=1, max_num=4)
    source = CharBlock(
        label="Source", required=False, max_length=200, help_text="D’où viennent ces chiffres, et de quand."
    )

    class Meta:
        icon = "table"
        label = "Chiffres clés"
        template = "cms_pages/blocks/figures.html"


class GaugeBlock(StaticBlock):
    class Meta:
        icon = "success"
        label = "Jauge"
        admin_text = "Où en est la collecte de cette page, à jour d’elle-même : rien à remplir."
        template = "cms_pages/blocks/gauge.html"


class GiftPanelBlock(StructBlock):
    title = CharBlock(label="Titre", max_length=120, default="Ce que permet votre don")
    text = CharBlock(
        label="Phrase d’introduction",
        required=False,
        max_length=250,
        help_text="Les montants et leurs textes viennent de la campagne : menu Campagnes.",
    )

    class Meta:
        icon = "pick"
        label = "Montants proposés"
        template = "cms_pages/blocks/gift_panel.html"


class StoryBlock(StreamBlock):
    """What a campaign page is made of, in any order."""

    text = RichTextBlock(label="Texte", icon="pilcrow", template="cms_pages/blocks/text.html")
    heading = CharBlock(
        label="Intertitre",
        icon="title",
        max_length=120,
        template="cms_pages/blocks/heading.html",
    )
    picture = PictureBlock()
    quote = QuoteBlock()
    figures = FiguresBlock()
    gauge = GaugeBlock()
    gifts = GiftPanelBlock()
