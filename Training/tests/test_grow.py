"""That a grown model answers as the small one did; only where PyTorch is installed."""

import importlib.util
import unittest

HAS_TORCH = importlib.util.find_spec("torch") is not None and importlib.util.find_spec("gguf") is not None


@unittest.skipUnless(HAS_TORCH, "needs PyTorch")
class Growing(unittest.TestCase):
    def test_the_answers_stay(self):
        import torch

        from earshot_training import grow
        from earshot_training.model import Model, Shape

        torch.manual_seed(1)
        before = Shape(vocabulary=96, width=64, layers=3, heads=2, key_value_heads=1, feed_forward=64, context=64)
        small = Model(before)
        # As large as trained ones are: beside them the norms' epsilon is nothing.
        small.embedding.weight.data *= 50
        tokens = torch.randint(0, 96, (2, 40))
        for sizes in ({"layers": 5}, {"feed_forward": 96}, {"width": 128, "heads": 4}, {"width": 96, "heads": 3, "feed_forward": 128, "layers": 4}):
            after = Shape(**{**before.as_dict(), **sizes})
            large = Model(after)
            large.load_state_dict(grow.grown(small.state_dict(), before, after, 1))
            with torch.no_grad():
                ours, theirs = (m.logits(m.hidden(tokens)).log_softmax(-1) for m in (large, small))
            self.assertLess((ours - theirs).abs().max().item(), 1e-3, str(sizes))

    def test_additions_are_evenly_spread(self):
        from earshot_training import grow

        self.assertEqual([s for s, _ in grow.sources(6, 9)], [0, 1, 1, 2, 3, 3, 4, 5, 5])
        self.assertEqual(sum(added for _, added in grow.sources(6, 12)), 6)
