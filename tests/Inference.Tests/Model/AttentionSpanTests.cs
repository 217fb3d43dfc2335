using GemmaInference.Model;

namespace Inference.Tests.Model;

internal sealed class AttentionSpanTests
{
    [Test]
    public void Neighbours_of_like_length_share_a_call() =>
        Assert.That(
            Divide(int.MaxValue, [Row(0, 99), Row(1, 99), Row(2, 110)]),
            Is.EqualTo(new[] { Span(0, 3, 0, 0, 111) })
        );

    [Test]
    public void A_long_sequence_costs_the_short_ones_nothing() =>
        Assert.That(
            Divide(int.MaxValue, [Row(0, 19), Row(1, 8000), Row(2, 19)]),
            Is.EqualTo(new[] { Span(0, 1, 0, 0, 20), Span(1, 1, 1, 0, 8001), Span(2, 1, 2, 0, 20) })
        );

    [Test]
    public void Scattered_slots_are_read_where_they_lie() =>
        Assert.That(
            Divide(int.MaxValue, [Row(0, 9), Row(2, 9)]),
            Is.EqualTo(new[] { Span(0, 1, 0, 0, 10), Span(1, 1, 1, 0, 10) })
        );

    [Test]
    public void A_window_is_all_that_is_read() =>
        Assert.That(
            Divide(16, [Row(0, 99), Row(1, 40, 8)]),
            Is.EqualTo(new[] { Span(0, 1, 0, 84, 16), Span(1, 1, 1, 25, 23) })
        );

    [Test]
    public void What_was_forgotten_is_no_place_in_the_cache() =>
        Assert.That(
            AttentionSpan.Divide([Row(3, 99)], [90], 16, together: false),
            Is.EqualTo(new[] { Span(0, 1, 0, 0, 10) })
        );

    [Test]
    public void Chunks_have_calls_of_their_own_and_tokens_are_counted_through() =>
        Assert.That(
            Divide(int.MaxValue, [Row(0, 4), Row(1, 0, 3), Row(2, 0, 5), Row(3, 7)]),
            Is.EqualTo(new[] { Span(0, 1, 0, 0, 5), Span(1, 1, 1, 0, 3), Span(2, 1, 4, 0, 5), Span(3, 1, 9, 0, 8) })
        );

    [Test]
    public void On_a_gpu_all_that_decode_share_one_call() =>
        Assert.That(
            AttentionSpan.Divide([Row(0, 19), Row(5, 8000)], [0, 0], int.MaxValue, together: true),
            Is.EqualTo(new[] { Span(0, 2, 0, 0, 8001) })
        );

    private static IReadOnlyList<AttentionSpan> Divide(int window, StepRow[] rows) =>
        AttentionSpan.Divide(rows, new int[rows.Length], window, together: false);

    private static StepRow Row(int slot, int start, int count = 1) => new(slot, start, new int[count]);

    private static AttentionSpan Span(int row, int rows, int token, int low, int length) =>
        new(row, rows, token, low, length);
}
