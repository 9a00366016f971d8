import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TREASURY = "Trésorerie"
GRANTS = [
    *((name, f"view_{name}") for name in ("attackepisode", "attackstep", "gateevent", "givingpause")),
    ("givingpause", "add_givingpause"),
]


def grant(apps, schema_editor):
    """Django writes permissions after the last migration; those that the group needs are written here first."""
    group = apps.get_model("auth", "Group").objects.get(name=TREASURY)
    for model, codename in GRANTS:
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="donors", model=model
        )
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type,
            codename=codename,
            defaults={"name": f"Can {codename.replace('_', ' ')}"},
        )
        group.permissions.add(permission)


def withdraw(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name=TREASURY):
        group.permissions.remove(
            *apps.get_model("auth", "Permission").objects.filter(
                content_type__app_label="donors", codename__in=[codename for _, codename in GRANTS]
            )
        )


class Migration(migrations.Migration):

    dependencies = [
        ('donors', '0011_receipt_events'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AttackEpisode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(verbose_name='commencée le')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='terminée le')),
                ('is_on', models.BooleanField(default=True, verbose_name='en cours')),
                ('why', models.CharField(max_length=300, verbose_name='raison')),
            ],
            options={
                'verbose_name': 'attaque',
                'ordering': ['-started_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_on', True)), fields=('is_on',), name='attack_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('is_on', True)), models.Q(('ended_at__isnull', False), ('is_on', False)), _connector='OR'), name='attack_ended_at_some_time')],
            },
        ),
        migrations.CreateModel(
            name='AttackStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='le')),
                ('text', models.CharField(max_length=300, verbose_name='ce qui s’est passé')),
                ('episode', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='donors.attackepisode')),
            ],
            options={
                'verbose_name': 'étape d’une attaque',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='GateEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('opened', 'Page de paiement ouverte'), ('declined', 'Paiement refusé par la banque'), ('refused', 'Demande écartée')], max_length=10, verbose_name='nature')),
                ('at', models.DateTimeField(verbose_name='le')),
                ('address_key', models.CharField(blank=True, max_length=32)),
                ('email_key', models.CharField(blank=True, max_length=32)),
                ('gift_uuid', models.UUIDField(blank=True, null=True)),
                ('amount_cents', models.PositiveIntegerField(blank=True, null=True)),
                ('once', models.CharField(blank=True, max_length=255, null=True, unique=True)),
            ],
            options={
                'verbose_name': 'passage au contrôle des paiements',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['kind', 'at'], name='gate_by_kind'), models.Index(fields=['address_key', 'kind', 'at'], name='gate_by_address'), models.Index(fields=['email_key', 'kind', 'at'], name='gate_by_email'), models.Index(fields=['gift_uuid'], name='gate_by_gift')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'declined', 'refused'])), name='gate_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='GivingPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='raison, pour l’équipe')),
                ('paused_at', models.DateTimeField(verbose_name='suspendus le')),
                ('resumed_at', models.DateTimeField(blank=True, null=True, verbose_name='rétablis le')),
                ('is_on', models.BooleanField(default=True, verbose_name='en cours')),
                ('paused_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('resumed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='rétablis par')),
            ],
            options={
                'verbose_name': 'suspension des dons en ligne',
                'verbose_name_plural': 'suspensions des dons en ligne',
                'ordering': ['-paused_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_on', True)), fields=('is_on',), name='pause_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('is_on', True), ('resumed_at', None), ('resumed_by', None)), models.Q(('is_on', False), ('resumed_at__isnull', False), ('resumed_by__isnull', False)), _connector='OR'), name='pause_ended_by_somebody')],
            },
        ),
        migrations.RunPython(grant, withdraw),
    ]
