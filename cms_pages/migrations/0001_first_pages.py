import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('donors', '0001_first_tables'),
        ('wagtailcore', '0098_apitoken'),
        ('wagtailimages', '0027_image_description'),
    ]

    operations = [
        migrations.CreateModel(
            name='StandardPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('body', wagtail.fields.RichTextField(verbose_name='texte')),
            ],
            options={
                'verbose_name': 'page de texte',
                'verbose_name_plural': 'pages de texte',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='CampaignPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lead', models.TextField(help_text='Une ou deux phrases sous le titre, en grand.', max_length=300, verbose_name='accroche')),
                ('picture_alt', models.CharField(blank=True, help_text='Une phrase pour les personnes qui ne voient pas l’image. Obligatoire s’il y a une image.', max_length=250, verbose_name='ce que montre l’image')),
                ('story', wagtail.fields.StreamField([('text', 0), ('heading', 1), ('picture', 6), ('quote', 10), ('figures', 17), ('gauge', 18), ('gifts', 21)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'icon': 'pilcrow', 'label': 'Texte', 'template': 'cms_pages/blocks/text.html'}), 1: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'label': 'Intertitre', 'max_length': 120, 'template': 'cms_pages/blocks/heading.html'}), 2: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Image'}), 3: ('wagtail.blocks.CharBlock', (), {'help_text': 'Une phrase pour qui ne voit pas l’image, sans commencer par «\xa0image de\xa0».', 'label': 'Ce que montre l’image', 'max_length': 250}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Légende', 'max_length': 250, 'required': False}), 5: ('wagtail.blocks.CharBlock', (), {'help_text': 'L’auteur de la photo ou du dessin.', 'label': 'Crédit', 'max_length': 120, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 2), ('alt', 3), ('caption', 4), ('credit', 5)]], {}), 7: ('wagtail.blocks.TextBlock', (), {'help_text': 'Sans guillemets\xa0: la page les met d’elle-même.', 'label': 'Paroles', 'max_length': 600}), 8: ('wagtail.blocks.CharBlock', (), {'help_text': 'Un prénom suffit. Demandez l’accord de la personne.', 'label': 'Qui parle', 'max_length': 120, 'required': False}), 9: ('wagtail.blocks.CharBlock', (), {'help_text': 'Par exemple\xa0: bénévole aux Aubiers.', 'label': 'En quelle qualité', 'max_length': 120, 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('text', 7), ('author', 8), ('role', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Titre', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.CharBlock', (), {'help_text': 'Par exemple\xa0: 13\xa0millions, ou 40\xa0%.', 'label': 'Chiffre', 'max_length': 20}), 13: ('wagtail.blocks.CharBlock', (), {'label': 'Ce qu’il compte', 'max_length': 140}), 14: ('wagtail.blocks.StructBlock', [[('number', 12), ('text', 13)]], {}), 15: ('wagtail.blocks.ListBlock', (14,), {'label': 'Chiffres', 'max_num': 4, 'min_num': 1}), 16: ('wagtail.blocks.CharBlock', (), {'help_text': 'D’où viennent ces chiffres, et de quand.', 'label': 'Source', 'max_length': 200, 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('title', 11), ('figures', 15), ('source', 16)]], {}), 18: ('cms_pages.blocks.GaugeBlock', (), {}), 19: ('wagtail.blocks.CharBlock', (), {'default': 'Ce que permet votre don', 'label': 'Titre', 'max_length': 120}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'Les montants et leurs textes viennent de la campagne\xa0: menu Campagnes.', 'label': 'Phrase d’introduction', 'max_length': 250, 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('title', 19), ('text', 20)]], {})}, verbose_name='récit')),
                ('campaign', models.OneToOneField(blank=True, help_text='Ses dates, son objectif et ses montants se règlent dans le menu Campagnes.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='donors.campaign', verbose_name='campagne')),
                ('picture', models.ForeignKey(blank=True, help_text='En largeur, au moins 1\u202f440 points\xa0; elle sert aussi quand la page est partagée.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='image')),
            ],
            options={
                'verbose_name': 'page de campagne',
                'verbose_name_plural': 'pages de campagne',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lead', models.TextField(blank=True, help_text='Une ou deux phrases sous le titre, en grand.', max_length=300, verbose_name='accroche')),
                ('body', wagtail.fields.RichTextField(blank=True, verbose_name='texte')),
                ('highlighted', models.ForeignKey(blank=True, help_text='L’accueil montre son image, sa jauge et son bouton de don.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cms_pages.campaignpage', verbose_name='campagne mise en avant')),
            ],
            options={
                'verbose_name': 'page d’accueil',
            },
            bases=('wagtailcore.page',),
        ),
    ]
