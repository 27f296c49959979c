"""A playground on its page, to be played with."""

# the chapter in which each playground stands
PLACES = {
    "perceptron": "01_perceptron",
    "activations": "02_activations",
    "softmax": "03_losses",
    "backprop": "04_backpropagation",
    "descent": "05_optimizers",
    "optimizers": "05_optimizers",
    "dropout": "06_regularization",
    "normalization": "06_regularization",
    "attention": "07_transformer",
    "translation": "07_transformer",
}


class Play:
    """One playground in an open page."""

    def __init__(self, visit, name):
        self.visit, self.page = visit, visit.page
        self.name, self.element = name, visit.page.locator(f"dl-{name}")
        visit.open(f"{PLACES[name]}.html")

    @property
    def words(self):
        """Return what the playground says of its state."""
        return self.element.locator("[role=status]").text_content()

    def math(self, function, *arguments):
        """Return what a formula of the playground gives for plain numbers and lists."""
        script = "([name, call, values]) => customElements.get(name).math[call](...values)"
        return self.page.evaluate(script, [f"dl-{self.name}", function, arguments])

    def slide(self, name, value):
        """Give a slider a value."""
        self.element.locator(f"input[name='{name}']").fill(str(value))

    def choose(self, name, option):
        """Choose an option of a list."""
        self.element.locator(f"select[name='{name}']").select_option(option)

    def press(self, name):
        """Press a button."""
        self.element.locator(f"button[name='{name}']").click()
