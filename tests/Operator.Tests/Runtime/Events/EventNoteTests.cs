using System.Text;
using GemmaOperator.Runtime.Events;

namespace Operator.Tests.Runtime.Events;

[Parallelizable(ParallelScope.All)]
public sealed class EventNoteTests
{
    [Test]
    public void A_note_that_fits_stays_as_it_is()
    {
        var note = new string('x', EventNote.MostBytes);
        Assert.That(EventNote.Fit(note), Is.SameAs(note));
    }

    [TestCase("x")]
    [TestCase("ü")]
    [TestCase("🙂")]
    public void A_longer_one_is_cut_to_1024_bytes_between_characters(string character)
    {
        var note = EventNote.Fit(string.Concat(Enumerable.Repeat(character, 2000)));
        Assert.That(Encoding.UTF8.GetByteCount(note), Is.InRange(1018, 1024));
        Assert.That(note, Does.EndWith(character + "…"));
        Assert.That(note, Does.Not.Contain("\uFFFD"));
    }
}
