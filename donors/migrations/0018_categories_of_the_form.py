"""Every category of form 2041-RD, and the dates that some of them need."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("donors", "0017_yearly_runs")]

    operations = [
        migrations.RemoveConstraint(
            model_name='organisation',
            name='organisation_category_known',
        ),
        migrations.AddField(
            model_name='organisation',
            name='approved_on',
            field=models.DateField(blank=True, help_text='Pour la Fondation du patrimoine ou un organisme européen, s’il y en a un.', null=True, verbose_name='date de l’agrément'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='published_on',
            field=models.DateField(blank=True, null=True, verbose_name='date de publication du décret au Journal officiel'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='recognised_on',
            field=models.DateField(blank=True, help_text='Pour une reconnaissance d’utilité publique ; l’arrêté en Alsace-Moselle.', null=True, verbose_name='date du décret ou de l’arrêté de reconnaissance'),
        ),
        migrations.AlterField(
            model_name='organisation',
            name='category',
            field=models.CharField(choices=[('oig_association', 'Association loi 1901'), ('oig_rup', 'Association reconnue d’utilité publique'), ('oig_rup_foundation', 'Fondation reconnue d’utilité publique'), ('oig_rup_alsace_moselle', 'Association d’Alsace-Moselle dont la mission est reconnue d’utilité publique'), ('oig_university_foundation', 'Fondation universitaire ou partenariale'), ('oig_company_foundation', 'Fondation d’entreprise'), ('oig_museum', 'Musée de France'), ('oig_food_aid', 'Aide alimentaire, soins ou logement de personnes en difficulté'), ('oig_forest', 'Commune ou syndicat de gestion forestière'), ('oig_other', 'Autre organisme d’intérêt général (à préciser)'), ('alsace_moselle_worship', 'Association cultuelle ou établissement public d’Alsace-Moselle'), ('endowment_fund', 'Fonds de dotation'), ('press_pluralism', 'Association pour le pluralisme de la presse'), ('higher_education', 'Enseignement supérieur ou artistique'), ('consular_school', 'Enseignement supérieur consulaire'), ('sme_support', 'Organisme agréé d’aide aux PME'), ('performing_arts', 'Spectacle vivant ou expositions d’art contemporain'), ('heritage_foundation', 'Fondation du patrimoine, monuments historiques'), ('cultural_property', 'Sauvegarde des biens culturels en cas de conflit armé'), ('research', 'Établissement de recherche'), ('insertion_company', 'Entreprise d’insertion, travail temporaire d’insertion'), ('intermediate_association', 'Association intermédiaire'), ('insertion_workshop', 'Ateliers et chantiers d’insertion'), ('adapted_company', 'Entreprise adaptée'), ('anr', 'Agence nationale de la recherche'), ('geiq', 'Groupement d’employeurs pour l’insertion (GEIQ)'), ('business_creation', 'Association d’aide à la création d’entreprises'), ('eu_organism', 'Organisme européen')], default='oig_association', max_length=40, verbose_name='catégorie'),
        ),
        migrations.AlterField(
            model_name='organisation',
            name='category_detail',
            field=models.CharField(blank=True, help_text='Pour « Autre organisme d’intérêt général » : ce qu’est l’organisme.', max_length=200, verbose_name='précision de la catégorie'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['oig_association', 'oig_rup', 'oig_rup_foundation', 'oig_rup_alsace_moselle', 'oig_university_foundation', 'oig_company_foundation', 'oig_museum', 'oig_food_aid', 'oig_forest', 'oig_other', 'alsace_moselle_worship', 'endowment_fund', 'press_pluralism', 'higher_education', 'consular_school', 'sme_support', 'performing_arts', 'heritage_foundation', 'cultural_property', 'research', 'insertion_company', 'intermediate_association', 'insertion_workshop', 'adapted_company', 'anr', 'geiq', 'business_creation', 'eu_organism'])), name='organisation_category_known'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('published_on__isnull', True), ('recognised_on__lte', models.F('published_on')), _connector='OR'), name='organisation_published_once_recognised', violation_error_message='Un décret est publié après sa signature : vérifiez les deux dates.'),
        ),
    ]
