using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Quotas;

/// <summary>Holds amounts by the name of their resource, and how each is written.</summary>
internal sealed class Amounts
{
    private readonly SortedDictionary<string, (decimal Value, bool IsBinary)> _amounts = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _amounts.Keys;

    public static Amounts Of(JsonObject? list)
    {
        var amounts = new Amounts();
        foreach (var (name, value) in list ?? [])
        {
            var text = value.Text() ?? value.Write();
            amounts.Put(name, Quantity.Parse(text) ?? 0, Quantity.IsBinary(text));
        }

        return amounts;
    }

    public bool Has(string name) => _amounts.ContainsKey(name);

    public decimal this[string name] => _amounts.GetValueOrDefault(name).Value;

    public void Put(string name, decimal value, bool isBinary = false) => _amounts[name] = (value, isBinary);

    public void Copy(string name, Amounts from, string source)
    {
        if (from._amounts.TryGetValue(source, out var amount))
        {
            _amounts[name] = amount;
        }
    }

    public Amounts Plus(Amounts other) => Joined(other, (a, b) => a + b);

    public Amounts Most(Amounts other) => Joined(other, Math.Max);

    /// <summary>Returns the amounts of some names; those that aren't there are left out.</summary>
    public Amounts Only(IEnumerable<string> names)
    {
        var some = new Amounts();
        foreach (var name in names)
        {
            some.Copy(name, this, name);
        }

        return some;
    }

    public JsonObject ToJson() => new(_amounts.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)Show(a.Key))));

    public string Show(string name) =>
        Quantity.Show(_amounts.GetValueOrDefault(name).Value, _amounts.GetValueOrDefault(name).IsBinary) ?? "0";

    /// <summary>Shows the amounts as refusals do: <c>cpu=1,pods=2</c>.</summary>
    public override string ToString() => string.Join(",", Names.Select(n => $"{n}={Show(n)}"));

    private Amounts Joined(Amounts other, Func<decimal, decimal, decimal> join)
    {
        var sum = new Amounts();
        foreach (var name in Names.Concat(other.Names).Distinct(StringComparer.Ordinal))
        {
            var (mine, theirs) = (_amounts.GetValueOrDefault(name), other._amounts.GetValueOrDefault(name));
            sum.Put(name, join(mine.Value, theirs.Value), mine.IsBinary || theirs.IsBinary);
        }

        return sum;
    }
}
