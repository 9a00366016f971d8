from django.urls import path

from donors.giving.completion_page import completion
from donors.giving.form_page import give
from donors.giving.monthly_page import monthly
from donors.giving.progress_feed import progress
from donors.giving.receipt_page import receipt, receipt_pdf
from donors.giving.thanks_page import thanks, thanks_receipt
from donors.giving.verify_page import verify_receipt
from donors.giving.webhook import stripe_webhook

urlpatterns = [
    path("don/<slug:code>/", give, name="give"),
    path("don/merci/<str:token>/", thanks, name="thanks"),
    path("don/merci/<str:token>/recu.pdf", thanks_receipt, name="thanks_receipt"),
    path("don/mensuel/<str:token>/<str:action>/", monthly, name="monthly"),
    path("recus/completer/<str:token>/", completion, name="completion"),
    path("api/campaigns/<slug:code>/progress.json", progress, name="progress"),
    path("recus/verifier/", verify_receipt, name="verify_receipt"),
    path("recus/<str:token>/", receipt, name="receipt"),
    path("recus/<str:token>/recu.pdf", receipt_pdf, name="receipt_pdf"),
    path("stripe/webhook/", stripe_webhook, name="stripe_webhook"),
]
