"""Which records are one company or one person.

Between the gate and the intermediate models: features → pairs → links → clusters → survivors →
``resolved``, the records that everything after it reads.
"""
