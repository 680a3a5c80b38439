"""The exercises whose pictures are not drawn yet: the one list, empty as soon as all are."""

NOT_DRAWN_YET = {
    *("chin-tuck", "neck-tilt", "neck-turn", "chin-to-chest", "shoulder-shrug"),
    *("shoulder-rolls", "blade-squeeze", "cross-body-stretch", "seated-twist", "doorway-stretch"),
    *("fist-and-fan", "wrist-flexor-stretch", "wrist-extensor-stretch", "palms-together", "tendon-glides"),
    *("figure-four", "hip-flexor-stretch", "seated-march", "side-leg-raise", "crossed-leg-stretch"),
    *("sit-to-stand", "heel-raise", "toe-raise", "ankle-point", "calf-stretch"),
    "eye-break",
}
