"""In which month the financial year of an organisation ends."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('donors', '0027_gate_counts_unknown_receipts'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='financial_year_ends_in',
            field=models.PositiveSmallIntegerField(choices=[(1, 'janvier'), (2, 'février'), (3, 'mars'), (4, 'avril'), (5, 'mai'), (6, 'juin'), (7, 'juillet'), (8, 'août'), (9, 'septembre'), (10, 'octobre'), (11, 'novembre'), (12, 'décembre')], default=12, help_text='L’exercice se clôt à la fin de ce mois ; la déclaration annuelle des reçus en dépend.', verbose_name='dernier mois de l’exercice comptable'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('financial_year_ends_in__in', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])), name='organisation_year_ends_in_a_month'),
        ),
    ]
