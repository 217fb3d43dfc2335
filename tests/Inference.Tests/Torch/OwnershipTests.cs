using GemmaInference.Torch;

namespace Inference.Tests.Torch;

/// <summary>Tensors end with their scopes, unless somebody keeps them; what has ended isn't used by mistake.</summary>
internal sealed class OwnershipTests
{
    [Test]
    public void A_scope_frees_what_was_made_in_it()
    {
        var before = Tensor.Live;
        Tensor lost;
        using (TensorScope.Open())
        {
            lost = Zero().Add(1).Unsqueeze(0);
            Assert.That(Tensor.Live, Is.EqualTo(before + 3));
        }

        Assert.That((Tensor.Live, lost.IsAlive), Is.EqualTo((before, false)));
        Assert.That(() => lost.Add(1), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void A_handle_that_was_reused_is_not_taken_for_the_former_tensor()
    {
        Tensor lost;
        using (TensorScope.Open())
        {
            lost = Zero();
        }

        using var next = Zero();
        Assert.That((lost.IsAlive, next.IsAlive, lost.Equals(next)), Is.EqualTo((false, true, false)));
        Assert.That(() => lost.Handle, Throws.TypeOf<ObjectDisposedException>());
        lost.Dispose();
        Assert.That(next.IsAlive, "the dead one's disposal is none of it");
    }

    [Test]
    public void What_is_kept_belongs_to_the_scope_around_or_else_to_the_caller()
    {
        var before = Tensor.Live;
        Tensor kept,
            own;
        using (TensorScope.Open())
        {
            kept = Inner();
            Assert.That((kept.IsAlive, Tensor.Live), Is.EqualTo((true, before + 1)));
        }

        Assert.That(kept.IsAlive, Is.False);
        own = Inner();
        Assert.That((own.IsAlive, Tensor.Live), Is.EqualTo((true, before + 1)));
        own.Dispose();
        own.Dispose();
        Assert.That((own.IsAlive, Tensor.Live), Is.EqualTo((false, before)));

        static Tensor Inner()
        {
            using var scope = TensorScope.Open();
            return scope.Keep(Zero().Add(1));
        }
    }

    [Test]
    public void Keeping_what_another_scope_made_changes_nothing()
    {
        var before = Tensor.Live;
        using (TensorScope.Open())
        {
            var outer = Zero();
            using (var inner = TensorScope.Open())
            {
                inner.Keep(outer);
            }

            Assert.That(outer.IsAlive);
        }

        Assert.That(Tensor.Live, Is.EqualTo(before), "it wasn't kept one scope too many");
    }

    [Test]
    public void What_is_detached_outlives_all_scopes_and_may_end_on_another_thread()
    {
        Tensor own;
        using (TensorScope.Open())
        {
            own = Zero().Add(1).Detach();
        }

        Assert.That(own.ToArray<float>(), Is.EqualTo(new float[] { 1 }));
        var thread = new Thread(own.Dispose);
        thread.Start();
        thread.Join();
        Assert.That(own.IsAlive, Is.False);
    }

    [Test]
    public void A_scope_of_another_thread_is_not_touched()
    {
        using var scope = TensorScope.Open();
        var mine = Zero();
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                mine.Dispose();
            }
            catch (InvalidOperationException cause)
            {
                thrown = cause;
            }
        });
        thread.Start();
        thread.Join();
        Assert.That(
            (thrown?.Message, mine.IsAlive),
            Is.EqualTo(("the tensor belongs to a scope of another thread", true))
        );
    }

    [Test]
    public void Thousands_in_one_scope_all_end()
    {
        var before = Tensor.Live;
        using (TensorScope.Open())
        {
            var sum = Zero();
            for (var i = 0; i < 5000; i++)
            {
                sum = sum.Add(1);
            }

            Assert.That(sum.ToArray<float>()[0], Is.EqualTo(5000));
        }

        Assert.That(Tensor.Live, Is.EqualTo(before));
    }

    private static Tensor Zero() => Tensor.Zeros([1], ScalarType.Float32, Device.Cpu);
}
