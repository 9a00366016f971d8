from django.urls import path

from cms_pages import views

urlpatterns = [
    path("c/", views.current_campaign, name="current_campaign"),
    path("c/<slug:code>/", views.campaign_page, name="campaign_page"),
]
