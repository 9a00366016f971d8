"""An alarm for the certificate of the seal, which ends one day."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('donors', '0025_sealed_documents'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='alarm',
            name='alarm_kind_known',
        ),
        migrations.AlterField(
            model_name='alarm',
            name='kind',
            field=models.CharField(choices=[('mismatch', 'Stripe annonce autre chose que notre don'), ('paid_twice', 'Don peut-être payé deux fois'), ('late_gift', 'Don reçu après la fin de la campagne'), ('late_failure', 'Paiement repris après avoir été confirmé'), ('dispute', 'Contestation'), ('fraud_warning', 'Fraude probable signalée'), ('refund_failed', 'Remboursement non abouti'), ('monthly', 'Don mensuel à vérifier'), ('payout', 'Virement de Stripe à vérifier'), ('drift', 'Écart entre Stripe et les écritures'), ('silence', 'Stripe n’envoie plus rien'), ('late_letter', 'Lettre retenue, le changement est ancien'), ('attack', 'Essais de cartes volées'), ('seal', 'Cachet des reçus à renouveler')], max_length=15, verbose_name='nature'),
        ),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['mismatch', 'paid_twice', 'late_gift', 'late_failure', 'dispute', 'fraud_warning', 'refund_failed', 'monthly', 'payout', 'drift', 'silence', 'late_letter', 'attack', 'seal'])), name='alarm_kind_known'),
        ),
    ]
