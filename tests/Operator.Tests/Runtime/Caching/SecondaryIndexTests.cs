using CsCheck;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;

namespace Operator.Tests.Runtime.Caching;

internal sealed class SecondaryIndexTests
{
    /// <summary>An object is its values here; each step gives one of 30 objects other values, or none at all.</summary>
    [Test]
    public void It_holds_what_the_objects_say_however_many_say_the_same() =>
        Gen.Select(Gen.Int[0, 29], Gen.Char["abc"].Select(c => c.ToString()).Array[0, 3])
            .List[0, 200]
            .Sample(steps =>
            {
                var index = new SecondaryIndex<string[]>(values => values);
                var objects = new Dictionary<ObjectKey, string[]>();
                foreach (var (number, values) in steps)
                {
                    var key = new ObjectKey("ns", $"o{number}");
                    index.Update(key, objects.GetValueOrDefault(key), values.Length == 0 ? null : values);
                    objects[key] = values;
                }

                return new[] { "a", "b", "c" }.All(value =>
                    index[value]
                        .Order(ByName)
                        .SequenceEqual(objects.Where(o => o.Value.Contains(value)).Select(o => o.Key).Order(ByName))
                );
            });

    private static readonly Comparer<ObjectKey> ByName = Comparer<ObjectKey>.Create(
        (a, b) => string.CompareOrdinal(a.Name, b.Name)
    );
}
