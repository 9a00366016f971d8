"""The regime is read from its dated rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("donors", "0020_regimes_from_the_column")]

    operations = [
        migrations.RemoveConstraint(
            model_name='organisation',
            name='organisation_regime_known',
        ),
        migrations.RemoveField(
            model_name='organisation',
            name='regime',
        ),
    ]
