from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("donors", "0003_groups")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="claimed_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
