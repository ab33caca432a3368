using System.Text;

namespace GpuScheduler.Simulation;

/// <summary>The style of the page: light, dark, narrow and printed.</summary>
internal static class StyleSheet
{
    private const string Fixed = """
        :root{color-scheme:light dark;--page:#fff;--ink:#16191d;--soft:#59616b;--faint:#8a929c;--rule:#e3e6ea;--grid:#eceef1;--panel:#f6f7f9}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
        main{max-width:1108px;margin:0 auto;padding:40px 24px 56px}
        h1{font-size:clamp(1.55rem,1.1rem + 2vw,2.4rem);line-height:1.18;letter-spacing:-.02em;font-weight:700;margin:.2em 0 .35em;text-wrap:balance;overflow-wrap:anywhere}
        h2{font-size:1.3rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 .3em}
        h3{font-size:1rem;margin:1.6em 0 .5em}
        section{margin-top:52px;padding-top:26px;border-top:1px solid var(--rule)}
        .kicker{margin:0;color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}
        .rest{font-size:1.1rem;color:var(--soft);margin:0;overflow-wrap:anywhere}
        .how{max-width:74ch;margin:0 0 22px;color:var(--soft)}
        .note{color:var(--soft);font-size:.85rem;margin:.6em 0 0}
        .facts{display:grid;grid-template-columns:repeat(3,1fr);gap:24px;margin:30px 0 0}
        .facts dt{font-size:.78rem;font-weight:600;color:var(--soft);text-transform:uppercase;letter-spacing:.06em}
        dd{margin:0;overflow-wrap:anywhere}
        .facts dd.detail{color:var(--soft);font-size:.88rem}
        svg{display:block}
        .chart{width:100%;height:auto;overflow:visible;font-size:13px}.chart.narrow{font-size:12.5px}
        .chart text{fill:var(--ink);font-variant-numeric:tabular-nums}
        .chart .axis text{fill:var(--soft)}
        .chart .axis .title{fill:var(--ink);font-weight:600}
        .chart .note{fill:var(--soft);font-size:12px}
        .chart path{fill:none}
        .grid{stroke:var(--grid)}.base,.tick{stroke:var(--faint)}
        .mark{stroke:var(--faint);stroke-dasharray:4 3}
        .ideal{stroke:var(--faint);stroke-width:1.6;stroke-dasharray:.1 4.5;stroke-linecap:round}
        .chart .line{stroke:var(--c);stroke-width:2.2;stroke-linejoin:round}
        .again .line{stroke-dasharray:7 3}
        .chart .band{fill:var(--c);fill-opacity:.16}
        .dot{fill:var(--c)}
        .leader{stroke:var(--c);stroke-opacity:.55}
        .chart .name{fill:var(--c);font-weight:600}
        .chart .name .value{font-weight:400}
        .framed{fill:none;stroke:var(--ink);stroke-width:1.2}
        .readings rect{fill:transparent}.readings rect:hover{fill:var(--ink);fill-opacity:.09}
        .part rect{fill:var(--f)}.part text{fill:var(--t)!important;font-weight:600}
        .total{font-weight:600}
        .small .line{stroke-width:1.4}
        .narrow{display:none}
        .pair{display:grid;grid-template-columns:minmax(0,790fr) minmax(0,250fr);gap:20px}
        figure{margin:0}figcaption{font-size:.82rem;color:var(--soft);line-height:1.4;margin-top:6px}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
        th,td{text-align:right;padding:8px 0 8px 22px;white-space:nowrap;vertical-align:baseline;border-bottom:1px solid var(--rule)}
        th:first-child{text-align:left;padding-left:0}
        thead th{font-size:.8rem;color:var(--soft);font-weight:600}
        tbody th{font-weight:600;max-width:22em;overflow:hidden;text-overflow:ellipsis}
        td small{color:var(--soft)}small.range{display:block;font-size:.76rem}
        .key i,.legend i{display:inline-block;width:.72em;height:.72em;border-radius:2px;margin-right:.5em;background:var(--c)}
        .legend i{background:var(--f);flex:none;position:relative;top:.02em}
        .legend{list-style:none;margin:14px 0 0;padding:0;font-size:.88rem}
        .legend li{display:flex;align-items:baseline;margin:.25em 0;overflow-wrap:anywhere}
        .legend.inline{display:flex;flex-wrap:wrap;gap:2px 20px;margin:0 0 18px}
        .policies div{display:grid;grid-template-columns:150px 1fr;gap:16px;padding:9px 0;border-bottom:1px solid var(--rule)}
        .policies dt{font-weight:600;overflow-wrap:anywhere}.policies dd{max-width:80ch;color:var(--soft)}
        .tabs input{position:absolute;opacity:0;pointer-events:none}
        .tabs label{display:inline-block;padding:5px 12px;margin:0 6px 8px 0;border:1px solid var(--rule);border-radius:16px;font-size:.9rem;cursor:pointer;overflow-wrap:anywhere}
        .tabs input:checked + label{background:var(--panel);border-color:var(--soft);font-weight:600}
        .tabs input:focus-visible + label{outline:2px solid var(--soft);outline-offset:2px}
        .panel{display:none}.printed{display:none}
        .group{margin:16px 0 6px;font-size:.88rem;color:var(--soft)}.group b{color:var(--ink)}
        .strips{display:flex;flex-wrap:wrap;align-items:flex-end;gap:8px 0}
        .strips path{fill:none;stroke:var(--f);stroke-width:5;stroke-dasharray:5 1}
        .strips rect{fill:transparent}.strips rect:hover{fill:var(--ink);fill-opacity:.25}
        .domains{display:flex;flex-wrap:wrap;align-items:flex-end;gap:14px 18px;margin:0 0 10px}
        .domains text{font-size:10px;fill:var(--soft)}.domains .domain{font-size:11px;font-weight:600;fill:var(--ink)}
        .domains .free{fill:none;stroke:var(--rule)}.domains .single{fill:var(--faint);fill-opacity:.55}
        .domains .job{fill:var(--f)}.domains .job.wide{stroke:var(--ink);stroke-width:1.6}.domains text.held{fill:var(--t)}
        .domains path{fill:none;stroke:var(--soft)}.domains .fabric{stroke-width:3;stroke-opacity:.45}
        .legend .free i{background:none;border:1px solid var(--faint)}.legend .single i{background:var(--faint);opacity:.55}.legend .wide i{background:none;border:2px solid var(--ink)}.legend .link i{height:2px;top:-.25em;background:var(--soft)}
        footer{margin-top:52px;color:var(--faint);font-size:.82rem}
        @media (max-width:820px){
        main{padding:24px 18px 40px}.wide{display:none}.narrow{display:block;max-width:560px}
        .pair,.facts{grid-template-columns:minmax(0,1fr)}.facts{gap:14px}
        figure{display:grid;grid-template-columns:minmax(0,200px) minmax(0,1fr);gap:12px;align-items:center}
        .policies div{grid-template-columns:minmax(0,1fr);gap:2px}section{margin-top:36px;padding-top:22px}
        }
        @media print{
        body{font-size:11pt}main{padding:0;max-width:none}.wide{display:block}.narrow,.tabs label{display:none}
        .panel{display:block!important}.printed{display:block}section{break-inside:auto}.chart,tr,.strips svg,.domains svg{break-inside:avoid}h2,h3,.how{break-after:avoid}
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
        }
        """;

    /// <param name="panels">How many panels of a map there may be.</param>
    public static string Text(int panels)
    {
        StringBuilder css = new(Fixed);
        css.Append('\n');
        for (int i = 0; i < panels; i++)
        {
            css.Append($"#map{i}:checked ~ .panels .p{i},#jobs{i}:checked ~ .panels .p{i}{(i == panels - 1 ? "" : ",")}");
        }

        css.Append(panels > 0 ? "{display:block}\n" : "");
        Colours(css, dark: false);
        css.Append("@media screen and (prefers-color-scheme:dark){\n");
        css.Append(":root{--page:#14171b;--ink:#eceff3;--soft:#a4adb8;--faint:#737c87;--rule:#2b3037;--grid:#23282e;--panel:#22272e}\n");
        Colours(css, dark: true);
        return css.Append("}\n").ToString();
    }

    private static void Colours(StringBuilder css, bool dark)
    {
        for (int i = 0; i < Palette.Policies.Count; i++)
        {
            css.Append($".c{i}{{--c:{(dark ? Palette.Policies[i].Dark : Palette.Policies[i].Light)}}}");
        }

        for (int i = 0; i < Palette.Reasons.Count; i++)
        {
            string colour = dark ? Palette.Reasons[i].Dark : Palette.Reasons[i].Light;
            css.Append($".r{i}{{--f:{colour};--t:{(IsDark(colour) ? "#fff" : "#16191d")}}}");
        }

        for (int i = 0; i < Palette.Jobs.Count && !dark; i++)
        {
            css.Append($".j{i}{{--f:{Palette.Jobs[i]};--t:{(IsDark(Palette.Jobs[i]) ? "#fff" : "#16191d")}}}");
        }

        for (int i = 0; i < DeviceCells.Classes.Count; i++)
        {
            css.Append($".h{i}{{--f:{(dark ? DeviceCells.Classes[i].Dark : DeviceCells.Classes[i].Light)}}}");
        }

        css.Append('\n');
    }

    /// <summary>True for colours on which white text reads better than black.</summary>
    private static bool IsDark(string colour)
    {
        int rgb = Convert.ToInt32(colour[1..], 16);
        return (0.299 * (rgb >> 16)) + (0.587 * ((rgb >> 8) & 255)) + (0.114 * (rgb & 255)) < 130;
    }
}
