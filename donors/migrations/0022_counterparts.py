"""What a donor got in return for a gift."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("donors", "0021_regime_column_gone")]

    operations = [
        migrations.AddField(
            model_name='donation',
            name='counterpart_cents',
            field=models.PositiveIntegerField(default=0, verbose_name='contrepartie (centimes)'),
        ),
        migrations.AddConstraint(
            model_name='donation',
            constraint=models.CheckConstraint(condition=models.Q(('counterpart_cents__gte', 0)), name='donation_counterpart_not_negative'),
        ),
    ]
