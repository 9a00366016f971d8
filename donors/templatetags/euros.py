from django import template

from donors.money import format_euros

register = template.Library()

register.filter("euros", format_euros)
