"""One wish of each matter stands at a time for a monthly gift; the newer one takes the place of the older."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('donors', '0015_receipts_of_every_kind'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='monthlyrequest',
            name='monthly_request_to_do',
        ),
        migrations.AddField(
            model_name='monthlyrequest',
            name='again_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='à redire le'),
        ),
        migrations.AddField(
            model_name='monthlyrequest',
            name='replaced',
            field=models.BooleanField(default=False, verbose_name='remplacée par une autre'),
        ),
        migrations.AddIndex(
            model_name='monthlyrequest',
            index=models.Index(condition=models.Q(('done_at__isnull', True), ('again_at__isnull', False), _connector='OR'), fields=['next_try_at'], name='monthly_request_to_do'),
        ),
        migrations.AddConstraint(
            model_name='monthlyrequest',
            constraint=models.CheckConstraint(condition=models.Q(('replaced', False), models.Q(('again_at__isnull', True), ('done_at__isnull', False), ('refused', False)), _connector='OR'), name='monthly_request_replaced_is_closed'),
        ),
        migrations.AddConstraint(
            model_name='monthlyrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('done_at__isnull', True)), fields=('monthly_gift', 'kind'), name='monthly_request_one_open_of_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='monthlyrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('done_at__isnull', True), ('kind__in', ['pause', 'resume'])), fields=('monthly_gift',), name='monthly_request_one_open_pause_or_resume'),
        ),
    ]
