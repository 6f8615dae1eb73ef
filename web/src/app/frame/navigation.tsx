import {
  AreaChartOutlined,
  AuditOutlined,
  BarChartOutlined,
  DownloadOutlined,
  HeatMapOutlined,
  MoonOutlined,
  ProfileOutlined,
  SolutionOutlined,
  UnorderedListOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";

import { useFrameText } from "../text";
import { useUser } from "@/shared/api/session";

export interface NavItem {
  to: "/overview" | "/monthly-roll" | "/loans" | "/nights" | "/exports" | "/reconciliation" | "/data-quality" | "/conflicts" | "/products";
  label: string;
  icon: ReactNode;
  permission: string;
  /** The second key after `g`. */
  key: string;
}

export interface NavGroup {
  label: string;
  items: NavItem[];
}

/** The navigation by job, reduced to what the user's roles may open; a group without items is left out. */
export function useNavigation(): NavGroup[] {
  const text = useFrameText();
  const { permissions } = useUser();
  const groups: NavGroup[] = [
    {
      label: text.groupCustomers,
      items: [
        { to: "/loans", label: text.loans, icon: <UnorderedListOutlined />, permission: "loan.read", key: "l" },
      ],
    },
    {
      label: text.groupInsight,
      items: [
        { to: "/overview", label: text.overview, icon: <BarChartOutlined />, permission: "overview.read", key: "i" },
        {
          to: "/monthly-roll",
          label: text.monthlyRoll,
          icon: <HeatMapOutlined />,
          permission: "overview.read",
          key: "m",
        },
      ],
    },
    {
      label: text.groupOperations,
      items: [
        { to: "/nights", label: text.nights, icon: <MoonOutlined />, permission: "nights.read", key: "n" },
        { to: "/exports", label: text.exports, icon: <DownloadOutlined />, permission: "export.read", key: "e" },
        {
          to: "/reconciliation",
          label: text.reconciliation,
          icon: <AuditOutlined />,
          permission: "reconciliation.read",
          key: "r",
        },
        {
          to: "/data-quality",
          label: text.dataQuality,
          icon: <AreaChartOutlined />,
          permission: "nights.read",
          key: "d",
        },
        { to: "/conflicts", label: text.conflicts, icon: <SolutionOutlined />, permission: "conflict.read", key: "f" },
        { to: "/products", label: text.products, icon: <ProfileOutlined />, permission: "product.read", key: "p" },
      ],
    },
  ];
  return groups
    .map((group) => ({ ...group, items: group.items.filter((item) => permissions.includes(item.permission)) }))
    .filter((group) => group.items.length > 0);
}
