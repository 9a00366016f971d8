"""Tax regimes with their first day."""

import django.db.models.deletion
import modelcluster.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("donors", "0018_categories_of_the_form")]

    operations = [
        migrations.CreateModel(
            name='OrganisationRegime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(help_text='Et jusqu’à la veille de la ligne suivante. Une ligne passée se garde : les dons de ces jours-là la suivent.', verbose_name='pour les dons reçus depuis le')),
                ('regime', models.CharField(choices=[('general', 'Intérêt général (article 200 du CGI, 1)'), ('aid', 'Aide aux personnes en difficulté (article 200 du CGI, 1 ter)')], default='general', max_length=10, verbose_name='régime fiscal')),
                ('basis', models.CharField(choices=[('ruling', 'Rescrit de l’administration'), ('analysis', 'Analyse de l’organisme')], default='analysis', max_length=10, verbose_name='fondé sur')),
                ('ruling_reference', models.CharField(blank=True, max_length=100, verbose_name='référence du rescrit')),
                ('ruling_on', models.DateField(blank=True, null=True, verbose_name='date du rescrit')),
                ('note', models.CharField(blank=True, help_text='Par exemple qui a fait l’analyse, et quand.', max_length=500, verbose_name='remarque')),
                ('organisation', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.PROTECT, related_name='regimes', to='donors.organisation')),
            ],
            options={
                'verbose_name': 'régime fiscal',
                'verbose_name_plural': 'régimes fiscaux',
                'ordering': ['-starts_on'],
            },
        ),
        migrations.AddConstraint(
            model_name='organisationregime',
            constraint=models.UniqueConstraint(fields=('organisation', 'starts_on'), name='regime_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='organisationregime',
            constraint=models.CheckConstraint(condition=models.Q(('regime__in', ['general', 'aid'])), name='regime_known'),
        ),
        migrations.AddConstraint(
            model_name='organisationregime',
            constraint=models.CheckConstraint(condition=models.Q(('basis', 'analysis'), models.Q(('basis', 'ruling'), ('ruling_on__isnull', False), models.Q(('ruling_reference', ''), _negated=True)), _connector='OR'), name='regime_ruling_named'),
        ),
    ]
