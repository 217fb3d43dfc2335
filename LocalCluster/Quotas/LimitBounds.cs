using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Quotas;

/// <summary>Compares amounts with one limit of a LimitRange, in the LimitRanger plugin's words.</summary>
internal static class LimitBounds
{
    public static IEnumerable<string> Broken(JsonObject limit, Amounts requests, Amounts limits)
    {
        var type = limit.Text("type");
        foreach (var (name, bound) in Bounds(limit, "min"))
        {
            var words = $"minimum {name} usage per {type} is {bound.Show(name)}";
            if (!requests.Has(name))
            {
                yield return $"{words}.  No request is specified";
            }
            else if (requests[name] < bound[name])
            {
                yield return $"{words}, but request is {requests.Show(name)}";
            }
            else if (limits.Has(name) && limits[name] < bound[name])
            {
                yield return $"{words}, but limit is {limits.Show(name)}";
            }
        }

        foreach (var (name, bound) in Bounds(limit, "max"))
        {
            var words = $"maximum {name} usage per {type} is {bound.Show(name)}";
            if (!limits.Has(name))
            {
                yield return $"{words}.  No limit is specified";
            }
            else if (limits[name] > bound[name])
            {
                yield return $"{words}, but limit is {limits.Show(name)}";
            }
            else if (requests[name] > bound[name])
            {
                yield return $"{words}, but request is {requests.Show(name)}";
            }
        }

        foreach (var (name, bound) in Bounds(limit, "maxLimitRequestRatio"))
        {
            var words = $"{name} max limit to request ratio per {type} is {bound.Show(name)}, but";
            if (requests[name] == 0)
            {
                yield return $"{words} no request is specified or request is 0";
            }
            else if (limits[name] == 0)
            {
                yield return $"{words} no limit is specified or limit is 0";
            }
            else if (limits[name] / requests[name] > bound[name])
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{words} provided ratio is {limits[name] / requests[name]:F6}"
                );
            }
        }
    }

    public static IEnumerable<string> BrokenByClaim(JsonObject limit, Amounts requests)
    {
        foreach (var (name, bound) in Bounds(limit, "min").Where(b => requests[b.Name] < b.Bound[b.Name]))
        {
            yield return $"minimum {name} usage per PersistentVolumeClaim is {bound.Show(name)}, but request is "
                + requests.Show(name);
        }

        foreach (var (name, bound) in Bounds(limit, "max").Where(b => requests[b.Name] > b.Bound[b.Name]))
        {
            yield return $"maximum {name} usage per PersistentVolumeClaim is {bound.Show(name)}, but request is "
                + requests.Show(name);
        }
    }

    private static IEnumerable<(string Name, Amounts Bound)> Bounds(JsonObject limit, string field)
    {
        var bounds = Amounts.Of(limit.Object(field));
        return bounds.Names.Select(n => (n, bounds));
    }
}
