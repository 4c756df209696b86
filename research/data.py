import pandas as pd, numpy as np, datetime as dt
F=['TX_AMOUNT','TX_DURING_WEEKEND','TX_DURING_NIGHT']+[f'CUSTOMER_ID_{k}_{w}DAY_WINDOW' for w in (1,7,30) for k in('NB_TX','AVG_AMOUNT')]+[f'TERMINAL_ID_{k}_{w}DAY_WINDOW' for w in (1,7,30) for k in('NB_TX','RISK')]
_d=None
def full():
    global _d
    if _d is None:
        _d=pd.read_pickle('/tmp/bins/full.pkl').sort_values('TRANSACTION_ID',kind='stable').reset_index(drop=True)
        _d['DAY']=(_d.TX_DATETIME.dt.normalize()-pd.Timestamp('2018-04-01')).dt.days
    return _d
def week(start):  # start: day number since 04-01 ; 07-25 = 115
    d=full(); tr=d[(d.DAY>=start)&(d.DAY<start+7)]
    bad=set(tr.CUSTOMER_ID[tr.TX_FRAUD==1]); te=[]
    for k in range(7):
        t=d[d.DAY==start+14+k]
        f=d[d.DAY==start+7+k-1]
        bad|=set(f.CUSTOMER_ID[f.TX_FRAUD==1])
        te.append(t[~t.CUSTOMER_ID.isin(bad)])
    te=pd.concat(te)
    g=lambda x:(x[F].to_numpy(float).copy(),x.TX_FRAUD.to_numpy().astype(int))
    return (*g(tr),*g(te))
def save():
    for s in range(38,38+7*18,7): pass
WEEKS=[s for s in range(45,183-20,7)]+[]
WEEKS=sorted(set([115-7*i for i in range(0,11)]+[115+7*i for i in range(1,8)]))
WEEKS=[w for w in WEEKS if w>=38 and w+21<=183]
def uci():
    u=pd.read_csv('/work/shared/data/uci_credit_default.csv.gz')
    y=u.pop('default.payment.next.month').to_numpy(); u.pop('ID'); return u.to_numpy(float),y,list(u.columns)
if __name__=='__main__':
    import pickle
    W={w:week(w) for w in WEEKS}
    pickle.dump(W,open('/tmp/bins/weeks.pkl','wb'))
    for w,(a,b,c,e) in W.items(): print(w,a.shape,b.sum(),c.shape,e.sum())
