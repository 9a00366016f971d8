from django.db import models


class Month(models.IntegerChoices):
    JANUARY = 1, "janvier"
    FEBRUARY = 2, "février"
    MARCH = 3, "mars"
    APRIL = 4, "avril"
    MAY = 5, "mai"
    JUNE = 6, "juin"
    JULY = 7, "juillet"
    AUGUST = 8, "août"
    SEPTEMBER = 9, "septembre"
    OCTOBER = 10, "octobre"
    NOVEMBER = 11, "novembre"
    DECEMBER = 12, "décembre"
